/// What a page shows between the console's head and foot.
public struct ConsolePage: Sendable {
  /// Stands above the content and in the browser's tab.
  public var title: String
  /// The status of the answer.
  public var status: Int
  /// How wide it may become.
  public var width: Width
  /// Whether the page uses the console's script.
  var usesScript = false
  private(set) var content: HTMLWriter

  /// How wide a page may become.
  public enum Width: String, Sendable {
    /// A form.
    case narrow
    /// Text and tables.
    case wide
  }

  /// A page; `content` writes what stands below its title.
  public init(
    _ title: String, status: Int = 200, width: Width = .wide,
    _ content: (inout HTMLWriter) -> Void
  ) {
    self.title = title
    self.status = status
    self.width = width
    var writer = HTMLWriter()
    content(&writer)
    self.content = writer
  }
}

extension HTMLWriter {
  /// A form that is sent to a path of the console, with what proves that this page sent it.
  /// - Parameter token: ``ConsoleRequest/formToken``.
  public mutating func form(
    to path: LocalPath, token: String, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ content: (inout HTMLWriter) -> Void
  ) {
    void("form", ["method": "post", "action": path.description], attributes)
    hidden(FormToken.field, token)
    content(&self)
    end("form")
  }

  /// A field that nobody sees.
  public mutating func hidden(_ name: String, _ value: String) {
    void("input", ["type": "hidden", "name": name, "value": value])
  }

  /// A field with its label.
  /// - Parameter attributes: of the input, besides its name.
  public mutating func field(
    _ label: String, name: String, hint: String? = nil,
    _ attributes: KeyValuePairs<StaticString, String> = [:]
  ) {
    element("label", ["for": name], label)
    if let hint { element("p", ["class": "hint", "id": "\(name)-hint"], hint) }
    let described: KeyValuePairs<StaticString, String> =
      hint == nil
      ? ["id": name, "name": name] : ["id": name, "name": name, "aria-describedby": "\(name)-hint"]
    void("input", described, attributes)
  }

  /// A button that sends its form.
  public mutating func button(
    _ text: String, _ attributes: KeyValuePairs<StaticString, String> = ["class": "main"]
  ) {
    element("button", attributes, text)
  }

  /// Says that something did not go well, so that it is also heard.
  public mutating func alert(_ text: String) {
    element("p", ["class": "alert", "role": "alert"], text)
  }

  /// Says that something went well.
  public mutating func note(_ text: String) {
    element("p", ["class": "note", "role": "status"], text)
  }
}
