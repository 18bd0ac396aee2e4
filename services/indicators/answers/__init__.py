"""What a territory is told, from published pieces alone. Pure: nothing here has ever seen a raw count."""
