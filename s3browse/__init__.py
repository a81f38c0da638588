"""A terminal S3 browser for people who work with temporary credentials."""

__version__ = "0.1.0"
