import JSON

/// `sallyport upstream show`
struct UpstreamShowCommand {
  let server: String
  let all: Bool
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let reviewed: ReviewedServer
    do {
      reviewed = try AdminClient(directories).review(server)
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(reviewed.root.description + "\n")
      return .success
    }
    Output.write(UpstreamStateText(terminal: session.output).text(of: reviewed.root) + "\n")
    if reviewed.isQuarantined { showItems(reviewed) } else { showListed(reviewed) }
    return .success
  }

  private func showListed(_ reviewed: ReviewedServer) {
    let name = printable(server)
    Output.write("\(name) is not quarantined: agents see what it lists.")
    guard let listed = reviewed.root[member: "listed"], listed.count > 0 else {
      Output.write(" Nothing of it is listed now.\n")
      return
    }
    Output.write("\n\n" + ListedText(terminal: session.output).text(of: listed))
  }

  private func showItems(_ reviewed: ReviewedServer) {
    let name = printable(server)
    let waiting = reviewed.items.count { $0.isWaiting }
    let approved = reviewed.items.count { $0.state == "approved" }
    let rejected = reviewed.items.count { $0.state == "rejected" }
    var head = "\(approved) of \(reviewed.items.count) items of \(name) are approved"
    if waiting > 0 { head += ", \(waiting) wait" }
    if rejected > 0 { head += ", \(rejected) are rejected" }
    Output.write(head + ".\n")
    let text = ReviewText(terminal: session.output)
    for item in reviewed.items where all || item.isWaiting {
      Output.write("\n" + text.text(of: item))
    }
    for word in reviewed.root[member: "absent"].map({ Array($0.elements) }) ?? [] where all {
      Output.write("\n\(printable(word.string ?? ""))  approved, and not listed now\n")
    }
    if waiting > 0 {
      Output.write("\nNext: sallyport upstream approve \(name), or reject \(name) ITEM\n")
    }
  }
}

extension AdminClient {
  /// A server's items.
  func review(_ server: String) throws(Failure) -> ReviewedServer {
    ReviewedServer(server, try request("GET", "/v1/upstreams/\(Self.path(server))").root)
  }

  /// What cannot be a server's name is no path either.
  static func path(_ server: String) -> String {
    String(
      decoding: server.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          byte
        default: UInt8(ascii: "~")
        }
      }, as: UTF8.self)
  }
}
