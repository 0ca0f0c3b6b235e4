/// Names of the protocol's extensions in capabilities.
public enum ProtocolExtension {
  /// Calls that go on as tasks (SEP-2663).
  public static let tasks = "io.modelcontextprotocol/tasks"
  /// Pages of servers within a host (SEP-1865).
  public static let apps = "io.modelcontextprotocol/ui"
}
