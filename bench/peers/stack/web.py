"""The web server of the usual stack: keeps what is posted as a file, queues its name and answers 202."""

import os
import shutil
import uuid

from fastapi import FastAPI, File, UploadFile
from tasks import FOLDER, grey

app = FastAPI()


@app.post("/api/v1/jobs", status_code=202)
def submit(file: UploadFile = File(...)):
    name = f"{uuid.uuid4()}.jpg"
    with open(os.path.join(FOLDER, "in", name), "wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return {"id": grey.delay(name).id, "state": "pending"}
