public import Catalog
import JSON
import MCP

extension UpstreamTrial {
  /// How it went, for programs.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginObject()
    writer.name("ok")
    writer.bool(isDone)
    writer.member("server", peer?.serverName)
    writer.member("serverVersion", peer?.serverVersion)
    writer.member("protocolVersion", peer?.version.rawValue)
    writer.member("era", peer?.version.era.rawValue)
    if let peer {
      writer.name("capabilities")
      peer.capabilities.write(to: &writer, in: peer.version.era)
    }
    writer.name("counts")
    writer.beginObject()
    for (name, count) in counts {
      writer.name(name)
      writer.int(count)
    }
    writer.endObject()
    writer.name("steps")
    writer.beginArray()
    for step in steps {
      writer.beginObject()
      writer.member("step", step.name)
      writer.name("ok")
      writer.bool(step.isDone)
      writer.member("text", step.text)
      writer.name("ms")
      writer.double(Double(step.microseconds) / 1000)
      writer.endObject()
    }
    writer.endArray()
    writer.name("problems")
    writer.beginArray()
    for problem in problems {
      writer.beginObject()
      writer.member("list", problem.list.rawValue)
      writer.member("name", problem.name)
      writer.member("reason", problem.reason)
      writer.endObject()
    }
    writer.endArray()
    writer.name("stderr")
    writer.beginArray()
    for line in diagnostics { writer.string(line) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }
}
