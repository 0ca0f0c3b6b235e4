import JSON
import Logging

/// What commands show of an order, and where the admin API has it.
enum OrderFacts {
  static func path(_ base: String, _ id: String) throws(AdminClient.Failure) -> String {
    let isName = id.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard isName, !id.isEmpty else {
      throw .refused("a name has small letters, digits and `-` alone: the list shows it")
    }
    return "\(base)/\(id)"
  }

  /// Member by member.
  static func show(_ order: JSONNode) {
    for (name, value) in order.members {
      let isTime = name == "at" || name.hasSuffix("At")
      let text =
        isTime ? time(order, name) : value.string ?? value.int64.map { "\($0)" } ?? ""
      Output.write(printable("\(name): \(text)") + "\n")
    }
  }

  static func time(_ order: JSONNode, _ name: String) -> String {
    guard let seconds = order[member: name]?.int64 else { return "" }
    return UTCTimestamp(milliseconds: seconds * 1000).description
  }
}
