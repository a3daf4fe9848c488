"""How fast we are beside other generators: `make bench`, which writes docs/performance.md.

`corpus` makes sites of any size, the same bytes for the same arguments. `programs` knows how we and the
others are started on them, `measure` runs one process and takes its time and memory, `check` holds what was
written against a plain reading of the files. `rows` is the table of what is measured and what is asked of it,
`rounds` measures it, `page` writes it down.
"""
