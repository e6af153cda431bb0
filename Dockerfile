FROM python:3.13-slim
WORKDIR /storyfold
COPY pyproject.toml constraints.txt README.md LICENSE prefect.yaml ./
COPY pipeline pipeline
COPY flows flows
RUN pip install --no-cache-dir -c constraints.txt -e .
