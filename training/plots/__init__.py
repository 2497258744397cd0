"""Pictures of a model and its data, for MLflow and the docs; each module draws one."""
