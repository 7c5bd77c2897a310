"""What runs beside the archive on one machine: the S3 server of the demo and the tests."""
