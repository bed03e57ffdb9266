"""`python -m livesell`, the same as `livesell`."""

from livesell.cli import main

if __name__ == "__main__":
    main()
