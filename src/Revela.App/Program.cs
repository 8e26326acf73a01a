using Revela.Imaging.Isolation;

// The decoding child: first and alone, so that it loads nothing of the server.
if (args is [DevelopingChild.Verb, ..]) return DevelopingChild.Main(args);

return await Revela.App.Cli.CommandLine.Run(args, new Revela.App.Cli.Terminal());
