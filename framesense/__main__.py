from framesense.cli import main

main()
