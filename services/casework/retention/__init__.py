"""How long data is kept, as data: a period per class of the catalogue, with norm and source."""
