/// What we call ourselves towards clients and upstreams.
public enum Product {
  /// In `serverInfo` and `clientInfo`.
  public static let name = "sallyport"
  /// The version of the program.
  public static let version = "0.1.0"
}
