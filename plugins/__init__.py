"""What the operator sees in Airflow. Only `report_archive_plugin.py` is read by Airflow; see `.airflowignore`."""
