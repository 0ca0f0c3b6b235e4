/// What we call ourselves towards clients and upstreams.
public enum Product {
  public static let name = "sallyport"
  public static let version = "0.1.0"
}
