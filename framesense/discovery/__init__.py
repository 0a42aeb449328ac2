"""Names from nothing: what a film shows, gathered, grouped by likeness, and searched by a picture.

snapshots  a subject or a frame, small, with its place in the film; many of them with embeddings
clusters   which of them look alike
groups     a folder for each group, which its user renames, merges and tidies; kept on a second run
sheet      many small pictures on one
search     the shots that show what a reference picture shows
"""
