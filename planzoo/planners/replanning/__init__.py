"""Plans that survive contact with the world: they are watched while they run, and mended or made anew."""
