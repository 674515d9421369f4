"""What is published for other agencies: schemas, samples, documents and pages, all generated."""
