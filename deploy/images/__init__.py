"""The container images: their Dockerfiles, and what each will hold."""
