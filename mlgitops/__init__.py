"""GitOps for machine learning: Declarative ML State in, hydrated manifests and promotions out."""

__version__ = "0.1.0"
