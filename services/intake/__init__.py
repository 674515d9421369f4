"""Reception: quota, persons, households, decisions and titles received, consent."""
