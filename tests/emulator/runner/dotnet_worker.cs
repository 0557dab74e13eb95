// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compiled together with a function in C#: the process it runs in.
// Usage: dotnet function.dll SOCKET CONTROL_FD
// Reference P.6 has the class, the method and its types; what the dictionaries hold is our choice: the event of the other
// languages (P.4), objects as Dictionary<string, object>, arrays as List<object>, rawBody as byte[]. In the language of C# 7.3.

#nullable disable
#pragma warning disable

using System;
using System.Buffers.Binary;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace E2eEmulator
{
    internal delegate Task<Dictionary<string, object>> Handle(Dictionary<string, object> awsEvent, Dictionary<string, object> context);

    /// <summary>The function has not what the platform needs, or returned what it does not take.</summary>
    internal sealed class BadFunction : Exception
    {
        public BadFunction(string message) : base(message) { }
    }

    internal static class Function
    {
        const string Signature = "public Task<Dictionary<string, object>> HandleAsync(Dictionary<string, object> awsEvent, Dictionary<string, object> context)";

        // One instance for all calls, and any namespace: our choice, nothing is known of either.
        public static Handle Load()
        {
            var type = Assembly.GetExecutingAssembly().GetExportedTypes().FirstOrDefault(one => one.Name == "Handler" && one.IsClass && !one.IsNested);
            if (type == null) throw new BadFunction("Handler.cs defines no public class Handler");
            var parameters = new[] { typeof(Dictionary<string, object>), typeof(Dictionary<string, object>) };
            var method = type.GetMethod("HandleAsync", BindingFlags.Public | BindingFlags.Instance, null, parameters, null);
            if (method == null || method.ReturnType != typeof(Task<Dictionary<string, object>>))
                throw new BadFunction("the class Handler has no " + Signature);
            return (Handle)method.CreateDelegate(typeof(Handle), Activator.CreateInstance(type));
        }
    }

    internal sealed class Reply
    {
        // What the documentation has of an answer (reference P.3, P.4).
        static readonly string[] Fields = { "statusCode", "headers", "body", "isBase64Encoded" };

        public int Status;
        public List<string[]> Headers = new List<string[]>();
        public byte[] Body;

        // The answer to a call that failed; the platform's own is not known, our choice.
        public static Reply Failure()
        {
            var body = Encoding.UTF8.GetBytes("{\"message\": \"The function raised an error; its log has the details.\"}");
            return new Reply { Status = 500, Headers = { new[] { "Content-Type", "application/json" } }, Body = body };
        }

        // statusCode is required (reference P.4); how strict the rest is, is our choice, on the strict side.
        public static Reply Of(Dictionary<string, object> result)
        {
            if (result == null || !result.TryGetValue("statusCode", out var status))
                throw new BadFunction("HandleAsync must return a dictionary with statusCode, it returned " + (result == null ? "null" : "one without"));
            if (!(status is int || status is long) || Convert.ToInt64(status) < 200 || Convert.ToInt64(status) > 599)
                throw new BadFunction("statusCode must be a whole number from 200 to 599, it is " + (status ?? "null"));
            var encoded = result.TryGetValue("isBase64Encoded", out var flag) ? flag as bool? : false;
            if (encoded == null) throw new BadFunction("isBase64Encoded must be true or false, it is " + Kind(flag));
            result.TryGetValue("body", out var body);
            if (body != null && !(body is string))
                throw new BadFunction("body must be a string, it is " + Kind(body) + ": use JsonSerializer.Serialize, or base64 with isBase64Encoded");
            var text = (string)body ?? "";
            var reply = new Reply { Status = Convert.ToInt32(status), Body = encoded.Value ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text) };
            result.TryGetValue("headers", out var headers);
            if (headers != null && !(headers is IDictionary)) throw new BadFunction("headers must be a dictionary, it is " + Kind(headers));
            foreach (DictionaryEntry header in headers as IDictionary ?? new Dictionary<string, string>())
            {
                if (!(header.Value is IConvertible)) throw new BadFunction("headers must hold strings, " + header.Key + " is " + Kind(header.Value));
                reply.Headers.Add(new[] { header.Key.ToString(), Convert.ToString(header.Value, CultureInfo.InvariantCulture) });
            }
            var unknown = string.Join(", ", result.Keys.Except(Fields).OrderBy(name => name, StringComparer.Ordinal));
            if (unknown != "")
                Console.Error.WriteLine("the answer's " + unknown + " is left out: of an answer only " + string.Join(", ", Fields) + " are known");
            if (!reply.Headers.Any(header => header[0].Equals("content-type", StringComparison.OrdinalIgnoreCase)))
                reply.Headers.Add(new[] { "Content-Type", encoded.Value ? "application/octet-stream" : "application/json" });
            return reply;
        }

        static string Kind(object value)
        {
            return value == null ? "null" : "of type " + value.GetType().Name;
        }
    }

    internal static class Worker
    {
        const int Kill = 9;

        [DllImport("libc", EntryPoint = "kill")]
        static extern int Signal(int process, int signal);

        // Without a third argument: variable ones are passed otherwise on some platforms.
        [DllImport("libc", EntryPoint = "ioctl")]
        static extern int CloseOnExec(int fd, UIntPtr request);

        [DllImport("libc", EntryPoint = "read")]
        static extern IntPtr Read(int fd, byte[] buffer, UIntPtr size);

        [DllImport("libc", EntryPoint = "write")]
        static extern IntPtr Write(int fd, byte[] buffer, UIntPtr size);

        static int Main(string[] arguments)
        {
            var control = int.Parse(arguments[1], CultureInfo.InvariantCulture);
            CloseOnExec(control, (UIntPtr)(RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? 0x20006601u : 0x5451u));
            new Thread(() => Lifeline(control)) { IsBackground = true }.Start();
            Handle handle;
            try
            {
                handle = Function.Load();
            }
            catch (Exception error)
            {
                var cause = error is TargetInvocationException ? error.InnerException : error;
                Console.Error.WriteLine(cause);
                var name = cause is BadFunction ? "" : cause.GetType().Name + ": ";
                Report(control, new Dictionary<string, object> { ["error"] = name + cause.Message.Split('\n')[0] });
                return 1;
            }
            var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(arguments[0]));
            listener.Listen(128);
            Report(control, new Dictionary<string, object> { ["ready"] = true });
            while (true)
            {
                var connection = listener.Accept();
                Task.Run(() => Serve(connection, handle));
            }
        }

        static void Report(int control, Dictionary<string, object> content)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(content).Append((byte)'\n').ToArray();
            Write(control, line, (UIntPtr)line.Length);
        }

        // Nothing is ever sent: the end means that the emulator is gone.
        static void Lifeline(int control)
        {
            var buffer = new byte[64];
            while ((long)Read(control, buffer, (UIntPtr)buffer.Length) > 0) { }
            Signal(0, Kill);
        }

        static async Task Serve(Socket connection, Handle handle)
        {
            using (var stream = new NetworkStream(connection, ownsSocket: true))
            {
                try
                {
                    var awsEvent = await Request(stream);
                    var reply = await Answer(handle, awsEvent);
                    var content = new Dictionary<string, object> { ["status"] = reply.Status, ["headers"] = reply.Headers, ["length"] = reply.Body.Length };
                    var head = JsonSerializer.SerializeToUtf8Bytes(content);
                    var size = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(size, head.Length);
                    var frame = size.Concat(head).Concat(reply.Body).ToArray();
                    await stream.WriteAsync(frame, 0, frame.Length);
                }
                catch (IOException)
                {
                    // Whoever called has gone.
                }
            }
        }

        static async Task<Reply> Answer(Handle handle, Dictionary<string, object> awsEvent)
        {
            try
            {
                // The keys of context are not known: it is empty, our choice.
                return Reply.Of(await handle(awsEvent, new Dictionary<string, object>()));
            }
            catch (Exception error)
            {
                Console.Error.WriteLine(error);
                return Reply.Failure();
            }
        }

        static async Task<Dictionary<string, object>> Request(Stream stream)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(await Receive(stream, 4));
            using (var head = JsonDocument.Parse(await Receive(stream, size)))
            {
                var awsEvent = (Dictionary<string, object>)Value(head.RootElement.GetProperty("event"));
                awsEvent["rawBody"] = await Receive(stream, head.RootElement.GetProperty("length").GetInt32());
                return awsEvent;
            }
        }

        static async Task<byte[]> Receive(Stream stream, int size)
        {
            var received = new byte[size];
            for (var got = 0; got < size;)
            {
                var part = await stream.ReadAsync(received, got, size - got);
                if (part == 0) throw new EndOfStreamException();
                got += part;
            }
            return received;
        }

        static object Value(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object: return element.EnumerateObject().ToDictionary(one => one.Name, one => Value(one.Value));
                case JsonValueKind.Array: return element.EnumerateArray().Select(Value).ToList();
                case JsonValueKind.String: return element.GetString();
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                case JsonValueKind.Number: return element.TryGetInt64(out var whole) ? whole : (object)element.GetDouble();
                default: return null;
            }
        }
    }
}
