def main(): print("called", __name__)
if __name__ == "__main__": main()
