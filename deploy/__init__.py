"""What runs the archive beyond one process: secrets and first steps of the compose stack, values for Kubernetes."""
