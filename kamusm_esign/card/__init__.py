"""PC/SC and PKCS#11. The vendor's library is loaded in the card host, a child process of ours."""
