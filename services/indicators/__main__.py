"""`python -m services.indicators`: read the settings and run this service alone, over RabbitMQ."""

from services.indicators.app import PROGRAM
from shared.process import run_process
from shared.settings import load

if __name__ == "__main__":
    run_process(PROGRAM, load(PROGRAM.settings))
