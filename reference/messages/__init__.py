"""What nodes say to each other: plain data, its bytes, and the frame around them."""
