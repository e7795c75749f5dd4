"""Where messages end up: tables, engine and writer for MySQL, MariaDB and SQLite."""
