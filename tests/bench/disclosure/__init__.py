"""What statistical secrecy costs a territory: the territories drawn, and what a mask keeps of each."""
