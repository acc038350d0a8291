"""Forges that cannot be had here, on loopback: their requests are judged by the forges' own descriptions."""
