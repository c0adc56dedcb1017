"""What is kept: engine, migrations, tables by subject."""
