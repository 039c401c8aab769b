"""Checks against gold documents that lie beside the checkout; not collected where they are absent."""
