"""Documents to look at. PDFs are drawn in a child process of ours that can do nothing else."""
