"""How the router head and its neighbours are trained and measured. BLAS runs on one thread, so that equal inputs give equal bytes."""
import os

# Read when numpy is imported, which only the modules below this file do.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
