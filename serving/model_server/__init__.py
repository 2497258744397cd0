"""The champion for who holds feature vectors: MLflow's scoring protocol, without MLflow."""
