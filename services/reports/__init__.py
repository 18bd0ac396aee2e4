"""The reports service: a diagnosis assembled once as a document, rendered to PDF, HTML and JSON."""
