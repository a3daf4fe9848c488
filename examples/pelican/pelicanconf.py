"""Mie & Miche: the blog of a bakery, in English and French."""
import os

AUTHOR = "Lise Armand"
SITENAME = "Mie & Miche"
SITESUBTITLE = "Bread from the corner of two languages"
SITEURL = ""

PATH = "content"
TIMEZONE = "Europe/Brussels"
DEFAULT_LANG = "en"
LOCALE = "C"

ARTICLE_PATHS = ["blog"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images", "extra"]
EXTRA_PATH_METADATA = {"extra/robots.txt": {"path": "robots.txt"}}

ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{date:%Y}/{date:%m}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{date:%Y}/{date:%m}/{slug}/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"

USE_FOLDER_AS_CATEGORY = True
DEFAULT_CATEGORY = "shop"
DEFAULT_PAGINATION = 8
WITH_FUTURE_DATES = False
FEED_ALL_ATOM = os.path.join("feeds", "all.atom.xml")
