"""Report Archive: how reports are found, fetched, read, kept and counted. Never imports Airflow."""
