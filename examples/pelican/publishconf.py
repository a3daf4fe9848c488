import os
import sys

sys.path.append(os.curdir)
from pelicanconf import *

SITEURL = "https://bakery.example.org"
RELATIVE_URLS = False
DELETE_OUTPUT_DIRECTORY = True
