"""What all forges have in common: how they are asked, how long, what their answers are held against."""
