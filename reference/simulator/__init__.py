"""A world with one seed: clocks, network, disks, crashes, load, and what must hold in it."""
