package dev.millrace.mesh.command;

import picocli.CommandLine.Command;

/** What can be done with the mesh's files where something else than {@code up --mesh} starts the processes. */
@Command(
        name = "mesh",
        description = "Makes the files of a mesh that something else starts.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = RenderCommand.class)
public final class MeshCommand {}
