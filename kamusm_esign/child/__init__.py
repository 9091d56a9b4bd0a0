"""Child processes of ours: started safely, spoken to in frames, ended whatever they do."""
