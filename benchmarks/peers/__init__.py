"""Services as other teams write them, to be measured beside ours; run by uvicorn, as peers do."""
