/// A gate with two doors, one of them open.
enum Icon {
  static let text = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
    <rect x="2" y="4" width="28" height="24" rx="5" fill="#1f5f5b"/>
    <path d="M8 28V15a8 8 0 0 1 16 0v13z" fill="#fff"/>
    <path d="M16 7a8 8 0 0 1 8 8v13h-8z" fill="#e8a33d"/>
    </svg>

    """
}
