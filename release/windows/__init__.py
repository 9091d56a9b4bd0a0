"""What Windows wants: icon, version resource, manifest, installer."""
