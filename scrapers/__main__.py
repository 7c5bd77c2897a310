"""`python -m scrapers`: the command line's door."""

import sys

from scrapers.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
