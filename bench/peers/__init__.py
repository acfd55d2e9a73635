"""What our server is compared with: each as its own documentation sets it up, with its defaults."""
