"""`python -m syndicate` is the command `syndicate`."""

from syndicate.cli import main

if __name__ == "__main__":
    main()
