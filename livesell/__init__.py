"""livesell: a livestream-commerce session manager. Start reading at ARCHITECTURE.md."""

__version__ = "0.1.0"
